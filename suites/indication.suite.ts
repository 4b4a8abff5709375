import { familySuite } from './family-suite.ts';

familySuite('indication');
