import type { Logger } from './logger.ts';
import { exportSettings, type TracingSettings } from './tracing-settings.ts';
import { useTracer } from './tracing.ts';
import { VERSION } from './version.ts';

export interface Tracing {
  /** Sends what is left, for two seconds at the most; never rejects. */
  stop(): Promise<void>;
}

/** ms that what is left may take to be sent when the process stops. */
const LAST_EXPORT = 2_000;

const off: Tracing = { stop: async () => undefined };

/**
 * Traces this process from now on, where the settings name a collector; else nothing is loaded.
 * @param service what the process is called unless the settings say so.
 */
export async function openTracing(
  settings: TracingSettings,
  service: string,
  logger: Logger,
): Promise<Tracing> {
  const target = exportSettings(settings);
  if (target === null || target.sampler === 'always_off') return off;
  const { openExport } = await import('./otel-export.ts');
  let isFailing = false;
  const { tracer, close } = openExport(
    target,
    { service, version: VERSION },
    {
      failed(kind) {
        if (!isFailing)
          logger.warn(
            { host: new URL(target.url).host, status: kind },
            'traces can not be sent to the collector: they are dropped until it takes them',
          );
        isFailing = true;
      },
      sent() {
        if (isFailing) logger.info('traces are sent again');
        isFailing = false;
      },
    },
  );
  useTracer(tracer);
  async function stop(): Promise<void> {
    useTracer(null);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_EXPORT);
    });
    await Promise.race([close().catch(() => undefined), late]);
    clearTimeout(timer);
  }
  let stopping: Promise<void> | null = null;
  return { stop: () => (stopping ??= stop()) };
}
