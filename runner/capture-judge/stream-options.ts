import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Stop } from '../captures/stop.ts';
import type { HistoryBudget } from './history-budget.ts';
import type { CommonRange } from './missing-segments.ts';
import type { Transport } from './transport.ts';

/** What the judge needs to know about one direction of a connection. */
export interface StreamOptions {
  readonly transport: Transport;
  readonly capabilities: Capabilities;
  /** Shared by all connections of the pair. */
  readonly common: CommonRange;
  /** Shared by all connections of the pair. */
  readonly budget?: HistoryBudget;
  /** Nothing between the captures reorders. */
  readonly isDirect?: boolean;
  /** Ends the judging: what waits then is not judged. */
  readonly stop?: Stop;
}
