/** Where the page starts in a browser. `bundle.ts` makes one script of it. */

import { start } from '../../reports/html/app/start.ts';
import { PAYLOAD_STREAMS } from '../../runner/events/payload-streams.ts';
import { readCapture } from '../../runner/page/read-capture.ts';
import { ruleTexts } from '../../runner/session/rule-texts.ts';

start({ streams: PAYLOAD_STREAMS, readCapture, ruleTexts });
