import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../paths.mjs';

export const prometheusFolder = join(repositoryRoot, 'observability', 'prometheus');

/**
 * @typedef {{ record: string, expr: string }} RecordingRule
 * @typedef {{ alert: string, expr: string, labels: Record<string, string>, annotations: Record<string, string> }} AlertRule
 * @typedef {{ name: string, tests: { alert_rule_test?: { alertname: string, exp_alerts: unknown[] }[], promql_expr_test?: { expr: string }[] }[] }} RuleTests
 */

/** Paths of the YAML files of a folder beside `prometheus.yml`. @param {'rules' | 'tests'} folder */
export function filesIn(folder) {
  const directory = join(prometheusFolder, folder);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(directory, name));
}

/** Every rule of `observability/prometheus/rules`. @returns {{ recording: RecordingRule[], alerts: AlertRule[] }} */
export function readRules() {
  /** @type {(RecordingRule | AlertRule)[]} */
  const rules = filesIn('rules').flatMap((file) =>
    parse(readFileSync(file, 'utf8')).groups.flatMap(
      (/** @type {{ rules: (RecordingRule | AlertRule)[] }} */ group) => group.rules,
    ),
  );
  return {
    recording: rules.filter((rule) => 'record' in rule),
    alerts: rules.filter((rule) => 'alert' in rule),
  };
}

/** @returns {RuleTests['tests']} */
export function readRuleTests() {
  return filesIn('tests').flatMap((file) => parse(readFileSync(file, 'utf8')).tests);
}
