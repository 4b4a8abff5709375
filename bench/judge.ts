/** What the judge takes for long sessions, right and broken. */

import { judge } from '../runner/judge/judge.ts';
import { judgeLoads } from '../testing/judge-loads.ts';

const ROUNDS = 15;
const WARM_UP = 5;

export function benchJudge(): void {
  console.log(`\n${'judge, one connection'.padEnd(40)} median ms   worst ms (processor time)`);
  for (const { name, input } of judgeLoads()) {
    const times: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const start = process.cpuUsage();
      judge(input);
      const { user, system } = process.cpuUsage(start);
      if (round >= WARM_UP) times.push((user + system) / 1000);
    }
    times.sort((a, b) => a - b);
    const [median, worst] = [times[ROUNDS >> 1] as number, times[ROUNDS - 1] as number];
    console.log(`${name.padEnd(40)}${median.toFixed(1).padStart(10)}${worst.toFixed(1).padStart(11)}`);
  }
}
