import { describe, expect, it } from '@jest/globals';
import { formatSearch } from '../../cli/format-search.ts';
import type { Finding, SearchReport } from '../../lab/simulation/search/report.ts';

const finding: Finding = {
  violation: {
    ...{ invariant: 'S14b', promise: 7, title: 'a crash changes no ending', why: 'It did.' },
    ...{ atSeconds: 1, event: 1 },
  },
  schedule: { scenario: 'outage', seed: 1, faults: [], events: [] },
  timeline: [],
  times: 1,
};
const report: SearchReport = {
  runs: { clean: 1, single: 0, boundary: 0, pair: 0, walk: 0 },
  ...{ findings: [], missing: ['FencePrimary'], wanted: 420, interrupted: false },
};
const about = { seconds: 1, cores: 1, isWhole: false, files: [] };
const lastLine = (changes: Partial<SearchReport>) =>
  formatSearch({ ...report, ...changes }, about)
    .split('\n')
    .at(-1);

describe('the report of a search', () => {
  it('claims no more than what was covered when it was interrupted', () => {
    expect(lastLine({ interrupted: true })).toBe('No promise was broken in what was covered.');
  });

  it.each([
    [[], 'No promise was broken.'],
    [[finding], '1 promise was broken.'],
    [[finding, finding], '2 promises were broken.'],
  ])('counts what was broken', (findings, words) => {
    expect(lastLine({ findings })).toBe(words);
  });

  it('says what a part of a search has not reached', () => {
    expect(formatSearch(report, about)).toContain(
      'Not reached by this part of the search: 1 of 420 states, Retry and Catch entries, premises ' +
        'and kinds of faults (a whole search must reach all of them).',
    );
  });
});
