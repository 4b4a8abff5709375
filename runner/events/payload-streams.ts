import type { PayloadStreams } from '../../reports/frames/packed-frame.ts';
import { placeOf, seededCode, seedOf } from '../../vectors/position-code.ts';

/** How vectors make payloads, for what holds frames in their short form. */
export const PAYLOAD_STREAMS: PayloadStreams = { seedOf, placeOf, fill: seededCode };
