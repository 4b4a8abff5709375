import type { PayloadStreams } from '../../reports/frames/packed-frame.ts';
import { placeOf, seededCode, seedOf } from '../../vectors/position-code.ts';

/** How vectors make payloads, for the short form of frames. */
export const PAYLOAD_STREAMS: PayloadStreams = { seedOf, placeOf, fill: seededCode };
