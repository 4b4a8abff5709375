import { familySuite } from './family-suite.ts';

familySuite('uro');
