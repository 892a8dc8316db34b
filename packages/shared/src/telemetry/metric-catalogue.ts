import { fleetMetrics } from './fleet-metrics.ts';
import { createMetrics } from './metrics.ts';

export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly labels: readonly string[];
  /** `fleet`: told by one orchestrator process for all of them; `process`: by each of itself. */
  readonly toldBy: 'process' | 'fleet';
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** Every metric that Baton's processes tell, those that prom-client adds (`baton_process_…`, `baton_nodejs_…`) among them. */
export async function metricCatalogue(): Promise<MetricDescription[]> {
  const all: MetricDescription[] = [];
  for (const [toldBy, registry] of [
    ['process', createMetrics().registry],
    ['fleet', fleetMetrics().registry],
  ] as const) {
    const types = new Map((await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
    for (const metric of registry.getMetricsAsArray()) {
      const { name, help, labelNames = [] } = metric as unknown as Described;
      const type = types.get(name) as MetricDescription['type'];
      all.push({ name, type, help, labels: [...labelNames], toldBy });
    }
  }
  return all;
}
