import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricCatalogue, type MetricDescription } from './metric-catalogue.ts';
import { VERSION } from './version.ts';

const root = new URL('../../../../', import.meta.url);
const page = readFileSync(new URL('docs/metrics.md', root), 'utf8');

type Row = Pick<MetricDescription, 'name' | 'type' | 'labels' | 'toldBy'>;

/** The rows of the page's tables, each with seven cells. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `baton_'))
  .map((line) => line.split('|').slice(1, -1));
const documented = rows.map(([name = '', type = '', labels = '', , toldBy = '']) => ({
  name: name.replaceAll('`', '').trim(),
  type: type.trim(),
  labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label ?? ''),
  toldBy: toldBy.trim(),
}));

const ofPromClient = /^baton_(process|nodejs)_/;
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

describe('docs/metrics.md', () => {
  it('has every metric, with its type, labels and who tells it, and no other', async () => {
    const known = (await metricCatalogue())
      .filter(({ name }) => !ofPromClient.test(name))
      .map(({ name, type, labels, toldBy }): Row => ({ name, type, labels, toldBy }));
    expect(documented.toSorted(byName)).toEqual(known.toSorted(byName));
  });

  it('says of each what it means and in which unit', () => {
    for (const cells of rows) {
      expect(cells).toHaveLength(7);
      expect(cells[3]?.trim()).not.toBe('');
      expect(cells[5]?.trim()).toMatch(/\.$/);
    }
  });

  it('names no metric elsewhere that is not there', async () => {
    const known = (await metricCatalogue()).map(({ name }) => name);
    const named = [...page.matchAll(/\b(baton_\w+)(…?)/g)].map(([, name = '', isCut]) => ({ name, isCut }));
    for (const { name, isCut } of named)
      expect(
        known.some((each) => (isCut ? each.startsWith(name) : each === name)),
        name,
      ).toBe(true);
  });
});

describe('the catalogue', () => {
  it('names units in the plural and counters by what they total, as Prometheus asks for', async () => {
    for (const { name, type, help } of await metricCatalogue()) {
      expect(name).toMatch(/^baton_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (!ofPromClient.test(name)) expect(help).toMatch(/\.$/);
    }
  });

  it('has no label that a tenant, a goal or a request could fill', async () => {
    const own = (await metricCatalogue()).filter(({ name }) => !ofPromClient.test(name));
    const labels = new Set(own.flatMap((metric) => metric.labels));
    for (const label of ['app', 'version', 'node']) labels.delete(label);
    expect([...labels].sort()).toEqual([
      'cause',
      'kind',
      'method',
      'model',
      'outcome',
      'phase',
      'queue',
      'route',
      'state',
      'status',
      'stop_reason',
      'tool',
      'won',
      'worker_type',
    ]);
  });

  it('is that of this release', () => {
    const own = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
    expect(VERSION).toBe(own.version);
  });
});
