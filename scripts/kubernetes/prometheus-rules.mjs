import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { repositoryRoot } from '../paths.mjs';

const rulesFolder = join(repositoryRoot, 'observability', 'prometheus', 'rules');

/** Kustomize reads nothing outside its own folder, so the rules lie there as the Prometheus operator takes them. */
export const prometheusRulesFile = join(
  repositoryRoot,
  'k8s',
  'components',
  'prometheus-operator',
  'prometheus-rules.yaml',
);

/** @returns {string} the rules of `observability/prometheus/rules` as one PrometheusRule */
export function prometheusRules() {
  const groups = readdirSync(rulesFolder)
    .filter((name) => name.endsWith('.yml'))
    .toSorted()
    .flatMap((name) => parse(readFileSync(join(rulesFolder, name), 'utf8')).groups);
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'baton', labels: { release: 'kube-prometheus-stack' } },
    spec: { groups },
  };
  const head =
    '# Made from observability/prometheus/rules by `node scripts/kubernetes/prometheus-rules.mjs`.\n';
  return head + stringify(rule, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true });
}

if (process.argv[1] === import.meta.filename) writeFileSync(prometheusRulesFile, prometheusRules());
