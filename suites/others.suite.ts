/** Loaded after its siblings: the families that have no suite of their own. */
import './coalescing.suite.ts';
import './exceptions.suite.ts';
import './headers.suite.ts';
import './indication.suite.ts';
import './out-of-band.suite.ts';
import './statistics.suite.ts';
import './timestamps.suite.ts';
import './uro.suite.ts';
import { otherFamilies } from './family-suite.ts';

otherFamilies();
