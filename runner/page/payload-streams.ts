import type { PayloadStreams } from '../../reports/html/packed.ts';
import { seededCode, seedOf } from '../../vectors/position-code.ts';

/** How vectors make payloads, for the page that shows them. */
export const PAYLOAD_STREAMS: PayloadStreams = { seedOf, fill: seededCode };
