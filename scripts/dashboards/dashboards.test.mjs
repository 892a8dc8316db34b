import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardFiles, dashboardsFolder } from '../dashboards.mjs';
import { faultsOf, knownMetrics } from '../prometheus/known-metrics.mjs';
import { readRules } from '../prometheus/rule-files.mjs';

const GRID = 24;

/**
 * @typedef {{ x: number, y: number, w: number, h: number }} Place
 * @typedef {object} Panel
 * @property {number} id
 * @property {string} type
 * @property {string} title
 * @property {string} [description]
 * @property {unknown} [datasource]
 * @property {Place} gridPos
 * @property {{ expr: string, refId: string, datasource: unknown }[]} [targets]
 * @property {{ defaults: { unit?: string, thresholds?: { steps: { value: number | null }[] } } }} [fieldConfig]
 */

const chosen = { type: 'prometheus', uid: '${datasource}' };

/** @param {string} file @returns {{ uid: string, title: string, panels: Panel[], templating: { list: { name: string }[] } }} */
function read(file) {
  return JSON.parse(readFileSync(join(dashboardsFolder, file), 'utf8'));
}

/** As Grafana would send it: every variable has a value. @param {string} expression */
function filledIn(expression) {
  return expression.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, '.*');
}

it('the dashboards are as scripts/dashboards/ make them: mend with `node scripts/dashboards.mjs`', () => {
  expect(readdirSync(dashboardsFolder).toSorted()).toEqual([...dashboardFiles.keys()].toSorted());
  for (const [file, text] of dashboardFiles) {
    expect(readFileSync(join(dashboardsFolder, file), 'utf8') === text, file).toBe(true);
  }
});

it('each dashboard has an address of its own', () => {
  const ids = [...dashboardFiles.keys()].map((file) => read(file).uid);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each([...dashboardFiles.keys()])('%s', (file) => {
  const { panels, templating } = read(file);
  const shown = panels.filter(({ type }) => type !== 'row');

  it('asks for metrics and labels that Baton tells', async () => {
    const known = await knownMetrics(readRules().recording.map(({ record }) => record));
    const faults = shown.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr }) => faultsOf(filledIn(expr), known).map((fault) => `${title}: ${fault}`)),
    );
    expect(faults).toEqual([]);
  });

  it('uses the variables that it has, and no others', () => {
    const names = new Set([...templating.list.map(({ name }) => name), '__rate_interval']);
    const used = shown.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)].map((match) => match[1])),
    );
    for (const name of used) expect(names).toContain(name);
    for (const { name } of templating.list) {
      if (name !== 'datasource') expect(used, `nothing uses $${name}`).toContain(name);
    }
  });

  it('says of each panel what it shows, in which unit, from the Prometheus that was chosen', () => {
    expect(shown.length).toBeGreaterThan(10);
    for (const { title, description, datasource, targets = [], fieldConfig } of shown) {
      expect(description, title).toMatch(/\w.+\.$/);
      expect(datasource, title).toEqual(chosen);
      expect(targets, title).not.toEqual([]);
      for (const target of targets) expect(target.datasource, title).toEqual(chosen);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      const limits = fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value ?? -Infinity) ?? [];
      expect(limits, title).toEqual(limits.toSorted((a, b) => a - b));
    }
  });

  it('gives panels and queries ids of their own, and each panel its own place', () => {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { targets = [] } of shown) {
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
    /** @type {Map<string, string>} */
    const taken = new Map();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(GRID);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.get(`${x},${y}`), title).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });

  it('leaves no gap in a line', () => {
    for (const top of new Set(panels.map(({ gridPos }) => gridPos.y))) {
      const line = panels.filter(({ gridPos }) => gridPos.y === top);
      const width = line.reduce((sum, { gridPos }) => sum + gridPos.w, 0);
      expect(width, `the line of ${line[0]?.title}`).toBe(GRID);
    }
  });
});
