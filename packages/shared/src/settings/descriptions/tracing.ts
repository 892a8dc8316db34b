import type { Descriptions } from './description.ts';

export const tracingDescriptions = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    does: 'Address of an OpenTelemetry collector that takes OTLP over HTTP; spans are sent to `/v1/traces` below it. Nothing is traced without one.',
    example: 'http://otel-collector:4318',
  },
  OTEL_SDK_DISABLED: {
    does: 'Nothing is traced, whatever else is set.',
    example: 'true',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    does: 'Sent with every export, such as the key of a tracing service. Values are percent-encoded.',
    example: 'authorization=Bearer%20token',
  },
  OTEL_SERVICE_NAME: {
    does: 'What the process is called in traces, in place of `baton-orchestrator` or `baton-worker`.',
    format: 'text',
    example: 'baton-eu',
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    does: 'Said of every span of this process.',
    example: 'deployment.environment.name=production,k8s.pod.name=worker-1',
  },
  OTEL_TRACES_SAMPLER: {
    does: 'Which traces are kept. With `parentbased_…` a client that sends a `traceparent` decides for its requests.',
    example: 'parentbased_traceidratio',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    does: 'Share of the traces that a sampler by ratio keeps.',
    example: '0.1',
  },
} as const satisfies Partial<Descriptions>;
