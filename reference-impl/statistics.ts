/** OID_TCP_RSC_STATISTICS: CoalescedPkts, CoalescedOctets, CoalesceEvents, Aborts. */
export interface Statistics {
  readonly pkts: number;
  readonly octets: number;
  readonly events: number;
  readonly aborts: number;
}
