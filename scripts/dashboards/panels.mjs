import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';

/** The Prometheus that the viewer chose: no dashboard names one. */
export const datasource = { type: 'prometheus', uid: '${datasource}' };

/**
 * Units are Grafana's: `short`, `s`, `bytes`, `percentunit` (0 to 1), `currencyUSD`, `reqps`, `cpm` (a minute), `bool_yes_no`.
 * `warn` and `alarm`: the values from which it is yellow and red; `alarm` below `warn` means that less is worse.
 * @typedef {object} Look
 * @property {string} title
 * @property {string} description what it shows, and what to think of it
 * @property {[expression: string, legend: string][]} queries
 * @property {string} unit
 * @property {number} [warn]
 * @property {number} [alarm]
 * @property {number} [decimals]
 * @property {string} [none] what is shown where there is no figure
 */

/** One number, as of now, with its course behind it. @param {Look} look */
export function number(look) {
  const panel = dressed(new StatPanel(), look)
    .height(4)
    .span(4)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorMode(look.warn === undefined ? BigValueColorMode.None : BigValueColorMode.Value);
  return withQueries(panel, look.queries);
}

/**
 * A figure over time. `stacked` where the parts make a whole.
 * @param {Look & { stacked?: boolean, most?: number, span?: number }} look
 */
export function course(look) {
  const { stacked = false, most, span = 8, warn } = look;
  const panel = dressed(new TimeseriesPanel(), look)
    .height(8)
    .span(span)
    .min(0)
    .showPoints(VisibilityMode.Never)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 8)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (most !== undefined) panel.max(most);
  if (warn !== undefined) {
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return withQueries(panel, look.queries);
}

/** A row for each set of labels, as of now. @param {Look & { span?: number, hidden?: string[] }} look */
export function list(look) {
  const { span = 8, hidden = [] } = look;
  const panel = dressed(new TablePanel(), look).height(8).span(span);
  for (const [expression] of look.queries) {
    panel.withTarget(
      new DataqueryBuilder().expr(expression).format(PromQueryFormat.Table).instant().datasource(datasource),
    );
  }
  const excludeByName = Object.fromEntries(['Time', '__name__', ...hidden].map((name) => [name, true]));
  return panel.withTransformation({ id: 'organize', options: { excludeByName } });
}

/**
 * @template {StatPanel | TimeseriesPanel | TablePanel} Panel
 * @param {Panel} panel
 * @param {Look} look
 * @returns {Panel}
 */
function dressed(panel, { title, description, unit, warn, alarm, decimals, none }) {
  panel.title(title).description(description).unit(unit).datasource(datasource);
  panel.thresholds(thresholds(warn, alarm));
  if (decimals !== undefined) panel.decimals(decimals);
  if (none !== undefined) panel.noValue(none);
  return panel;
}

/** @param {number} [warn] @param {number} [alarm] */
function thresholds(warn, alarm) {
  const builder = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute);
  const well = { value: null, color: 'green' };
  if (warn === undefined) return builder.steps([well]);
  if (alarm === undefined) return builder.steps([well, { value: warn, color: 'orange' }]);
  if (alarm > warn) {
    return builder.steps([well, { value: warn, color: 'orange' }, { value: alarm, color: 'red' }]);
  }
  return builder.steps([
    { value: null, color: 'red' },
    { value: alarm, color: 'orange' },
    { value: warn, color: 'green' },
  ]);
}

/**
 * @template {StatPanel | TimeseriesPanel} Panel
 * @param {Panel} panel
 * @param {[expression: string, legend: string][]} queries
 * @returns {Panel}
 */
function withQueries(panel, queries) {
  for (const [expression, legend] of queries) {
    panel.withTarget(
      new DataqueryBuilder().expr(expression).legendFormat(legend).range().datasource(datasource),
    );
  }
  return panel;
}
