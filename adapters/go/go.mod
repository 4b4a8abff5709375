// A name, not an address: a project that uses the package needs a replace line (see docs/adapters.md).
module github.com/rsc-conformance/rsc-conformance/adapters/go

go 1.19
