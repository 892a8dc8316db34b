import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels.mjs';

/**
 * @typedef {ReturnType<typeof import('./panels.mjs').number | typeof import('./panels.mjs').course | typeof import('./panels.mjs').list>} Panel
 * @typedef {{ title: string, panels: Panel[] }} Row the spans of its panels fill whole lines of 24
 */

/**
 * One dashboard, with all that ours have in common: the choice of Prometheus and namespace, and links among them.
 * @param {{ uid: string, title: string, description: string, labels?: { name: string, title: string, of: string }[], rows: Row[] }} parts
 *   `labels`: label names to choose values of, each with a metric that has it
 */
export function dashboard({ uid, title, description, labels = [], rows }) {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['baton'])
    .editable()
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Baton')
        .type(DashboardLinkType.Dashboards)
        .tags(['baton'])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  // Outside Kubernetes nothing has a namespace, and `.*` fits a label that is absent too.
  for (const label of [{ name: 'namespace', title: 'Namespace', of: 'baton_build_info' }, ...labels]) {
    builder.withVariable(choice(label));
  }
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
}

/** @param {{ name: string, title: string, of: string }} label */
function choice({ name, title, of }) {
  return new QueryVariableBuilder(name)
    .label(title)
    .datasource(datasource)
    .query({ query: `label_values(${of}, ${name})`, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}

/**
 * Grafana needs ids that are unique, and letters for a panel's queries. Links stay in sight, where the library would put them
 * into a menu.
 * @param {import('@grafana/grafana-foundation-sdk/dashboard').Dashboard} built
 */
function numbered(built) {
  for (const link of built.links ?? []) delete link.placement;
  for (const [position, panel] of (built.panels ?? []).entries()) {
    panel.id = position + 1;
    if (!('targets' in panel)) continue;
    for (const [index, target] of (panel.targets ?? []).entries()) {
      Object.assign(target, { refId: String.fromCodePoint(65 + index) });
    }
  }
  return built;
}
