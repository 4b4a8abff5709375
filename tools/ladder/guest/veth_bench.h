/*
 * A pair of virtual Ethernet interfaces in a network namespace of this process, GRO on at the far end. What enters at
 * one end is polled at the other: the bench of --target linux-gro (runner/targets/live/veth-bench.ts).
 */
#ifndef VETH_BENCH_H
#define VETH_BENCH_H

#define INJECT_END "rsc-in"
#define OBSERVE_END "rsc-out"

/* `window_us`: how long the far end stays masked after a poll. Ends the program where it cannot. */
void build_veth_bench(unsigned window_us);
/* Whether plain UDP is merged. Returns 0 where this kernel cannot. */
int switch_udp_gro(int on);

#endif
