import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../paths.mjs';
import { capture } from '../processes.mjs';
import { faultsOf, knownMetrics } from './known-metrics.mjs';
import { findPromtool } from './promtool.mjs';
import { filesIn, prometheusFolder, readRules, readRuleTests } from './rule-files.mjs';

const { recording, alerts } = readRules();
const tests = readRuleTests();

describe('rules', () => {
  it('name metrics and labels that Baton tells', async () => {
    const known = await knownMetrics(recording.map(({ record }) => record));
    const faults = [...recording, ...alerts].flatMap((rule) =>
      faultsOf(rule.expr, known).map((fault) => `${'alert' in rule ? rule.alert : rule.record}: ${fault}`),
    );
    expect(recording.length).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  it('are each tested: what is recorded, when an alert fires, and that it does not always', () => {
    const recorded = tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test.map(({ expr }) => expr));
    for (const { record } of recording) {
      expect(
        recorded.filter((expression) => expression.split('{')[0] === record),
        record,
      ).not.toEqual([]);
    }
    const asked = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
    for (const { alert } of alerts) {
      const ofAlert = asked.filter(({ alertname }) => alertname === alert);
      expect(
        ofAlert.some(({ exp_alerts }) => exp_alerts.length > 0),
        alert,
      ).toBe(true);
    }
    expect(asked.filter(({ alertname }) => !alerts.some(({ alert }) => alert === alertname))).toEqual([]);
  });

  it('that alert say how grave it is and which section of the runbook helps', () => {
    const runbook = join(repositoryRoot, 'docs', 'runbook.md');
    const headings = existsSync(runbook) ? [...readFileSync(runbook, 'utf8').matchAll(/^#+ (\w+)$/gm)] : [];
    const anchors = new Set(headings.map((match) => match[1]));
    for (const { alert, labels, annotations } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels['severity']);
      expect(annotations['summary'], alert).toBeTruthy();
      expect(annotations['runbook_url'], alert).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
      expect(anchors, `docs/runbook.md needs a section ${alert}`).toContain(alert);
    }
  });
});

describe('promtool', () => {
  /** @type {import('./promtool.mjs').FoundPromtool} */
  let found;
  beforeAll(async () => {
    found = await findPromtool();
  }, 300_000);

  /** @param {string[]} words */
  async function promtool(...words) {
    const program = 'promtool' in found ? found.promtool : '';
    return capture(program, words, { cwd: prometheusFolder, timeoutMs: 60_000 });
  }

  it('accepts the configuration and its rules', async ({ skip }) => {
    skip('refused' in found, 'refused' in found ? found.refused : '');
    const { code, output } = await promtool('check', 'config', 'prometheus.yml');
    expect(code, output).toBe(0);
    expect(output).not.toMatch(/WARN|duplicate/i);
  });

  it('finds that each rule does what its tests say', async ({ skip }) => {
    skip('refused' in found, 'refused' in found ? found.refused : '');
    const { code, output } = await promtool('test', 'rules', ...filesIn('tests'));
    expect(code, output).toBe(0);
  });
});
