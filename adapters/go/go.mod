module github.com/rsc-conformance/rsc-conformance/adapters/go

go 1.19
