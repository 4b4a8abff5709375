import { type HtmlOptions, HtmlReport } from '../../reports/html/html-report.ts';
import { PAYLOAD_STREAMS } from '../events/payload-streams.ts';
import { pageAssets } from './assets.ts';

/** The HTML report, with the application that the build bundled. */
export function htmlReporter(options?: HtmlOptions): HtmlReport {
  return new HtmlReport(pageAssets(), PAYLOAD_STREAMS, options);
}
