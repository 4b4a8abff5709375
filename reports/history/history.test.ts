import { expect } from 'chai';
import { played, RUN, SESSION } from '../../testing/sample-run.ts';
import type { CauseEvent, EndEvent, RunEvent } from '../events.ts';
import { noCounts } from '../run-summary.ts';
import { historyOf, PastRun } from './history.ts';
import { historyHtml } from './history-html.ts';
import { historyMarkdown } from './history-markdown.ts';

function cause(title: string): CauseEvent {
  const rest = { severity: 'fail', rules: ['E8b'], findings: [], vectors: ['a/b'], conditions: [] } as const;
  return { ...rest, title, share: 1, passing: 0, smallest: 'a/b', replay: 'again', resembles: [] };
}

function run(day: number, titles: readonly string[], more: Partial<typeof SESSION> = {}): PastRun {
  const end: EndEvent = {
    type: 'end',
    counts: noCounts(),
    exit: titles.length === 0 ? 0 : 1,
    diagnosis: { causes: titles.map(cause) },
  };
  const past = new PastRun(`runs/${day}/events.jsonl`);
  const session = { ...SESSION, started: `2026-11-0${day}T10:00:00.000Z`, labels: { build: String(day) }, ...more };
  for (const event of [session, ...titles.flatMap((_, i) => played(`a/${i}`, 'fail')), ...played('a/x', 'pass'), end])
    past.event(event as RunEvent);
  return past;
}

describe('history', () => {
  const runs = [run(3, ['PSH is lost']), run(1, ['ECN <b> is merged', 'PSH is lost']), run(2, ['ECN <b> is merged'])];

  it('is in the order of time, whatever order the files have, with what came and went', () => {
    const lines = historyOf(runs);
    expect(lines.map(({ run: { source } }) => source)).to.deep.equal([1, 2, 3].map((n) => `runs/${n}/events.jsonl`));
    expect(lines.map(({ came }) => came)).to.deep.equal([[], [], ['PSH is lost']]);
    expect(lines.map(({ went }) => went)).to.deep.equal([[], ['PSH is lost'], ['ECN <b> is merged']]);
  });

  it('compares a run with the last of its own target, and says where that is hard', () => {
    const other = run(2, ['something else'], { target: 'another' });
    const [, second, third] = historyOf([run(1, ['x']), other, run(3, ['x'], { digest: 'ff' })]);
    expect([second?.came, second?.went, second?.caveat]).to.deep.equal([[], [], undefined]);
    expect([third?.came, third?.caveat]).to.deep.equal([[], 'other vectors than the run before']);
  });

  it('is a line a run in HTML and in Markdown, with a plot, and escaped', () => {
    const lines = historyOf(runs);
    const page = historyHtml(lines);
    expect(page.match(/<tr><th scope="row">/g)).to.have.length(3);
    expect(page.match(/<rect class="bar"/g)).to.have.length(3);
    expect(page).to.include('ECN &lt;b&gt; is merged').and.not.to.include('<b>');
    expect(page)
      .to.include('build=2')
      .and.to.match(/<polyline class="ratio" points="\d/);
    const text = historyMarkdown(lines);
    expect(text.split('\n').filter((line) => line.startsWith('| 2026-11-0'))).to.have.length(3);
    expect(text).to.match(/failing vectors {2}█▅▅ {2}1 to 2/);
  });

  it('takes a run that was cut off', () => {
    const past = new PastRun('x');
    for (const event of RUN.slice(0, 3)) past.event(event);
    expect(past.outcome).to.equal('not complete');
    expect(historyMarkdown(historyOf([past]))).to.include('not complete');
  });
});
