import { familySuite } from './family-suite.ts';

familySuite('out-of-band');
