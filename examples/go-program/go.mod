module coalescer

go 1.19

require github.com/rsc-conformance/rsc-conformance/adapters/go v0.0.0

replace github.com/rsc-conformance/rsc-conformance/adapters/go => ../../adapters/go
