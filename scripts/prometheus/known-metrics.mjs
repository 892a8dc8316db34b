import { metricCatalogue } from '../../packages/shared/src/telemetry/metric-catalogue.ts';
import { readExpression } from './promql.mjs';

/** What Prometheus adds to every series, as scraped in compose or in Kubernetes. */
const addedLabels = ['instance', 'job', 'namespace', 'pod'];

/** Told by Prometheus itself. @type {[string, string[]][]} */
const ofPrometheus = [
  ['up', []],
  ['ALERTS', ['alertname', 'alertstate', 'severity']],
];

/**
 * The names that an expression may use, with their labels; null: any that some metric has (recorded series).
 * @param {string[]} recorded names of recording rules
 * @returns {Promise<Map<string, Set<string> | null>>}
 */
export async function knownMetrics(recorded) {
  /** @type {Map<string, Set<string> | null>} */
  const known = new Map(ofPrometheus.map(([name, labels]) => [name, new Set(labels)]));
  for (const { name, type, labels } of await metricCatalogue()) {
    if (type !== 'histogram') known.set(name, new Set(labels));
    else {
      known.set(`${name}_bucket`, new Set([...labels, 'le']));
      for (const part of ['sum', 'count']) known.set(`${name}_${part}`, new Set(labels));
    }
  }
  for (const name of recorded) known.set(name, null);
  return known;
}

/**
 * What is wrong with an expression, or nothing: it does not parse, or it names a metric or a label that nothing tells.
 * @param {string} expression
 * @param {Map<string, Set<string> | null>} known
 * @returns {string[]}
 */
export function faultsOf(expression, known) {
  const { brokenAt, selectors, grouping } = readExpression(expression);
  if (brokenAt !== null) return [`does not parse at "${expression.slice(brokenAt)}"`];
  const anyLabel = new Set([...addedLabels, ...[...known.values()].flatMap((labels) => [...(labels ?? [])])]);
  const faults = grouping
    .filter((label) => !anyLabel.has(label))
    .map((label) => `no metric has the label ${label}`);
  for (const { name, labels } of selectors) {
    const own = known.get(name);
    if (own === undefined) faults.push(`there is no metric ${name || 'without a name'}`);
    else {
      const has = (/** @type {string} */ label) =>
        (own === null ? anyLabel : own).has(label) || addedLabels.includes(label);
      faults.push(...labels.filter((label) => !has(label)).map((label) => `${name} has no label ${label}`));
    }
  }
  return faults;
}
