import { describe, expect, it } from 'vitest';
import { SettingsError } from './environment.ts';
import { workerSettings } from './settings.ts';

const usable = { ANTHROPIC_API_KEY: 'key' };

function problems(environment: Record<string, string>): readonly string[] {
  try {
    workerSettings({ ...usable, ...environment });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('the settings of traces', () => {
  it('are off unless an endpoint is given', () => {
    expect(workerSettings(usable)).toMatchObject({
      OTEL_EXPORTER_OTLP_HEADERS: {},
      OTEL_RESOURCE_ATTRIBUTES: {},
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
    });
    expect(workerSettings(usable).OTEL_EXPORTER_OTLP_ENDPOINT).toBeUndefined();
  });

  it('are read as OpenTelemetry has them', () => {
    expect(
      workerSettings({
        ...usable,
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-team = growth,',
        OTEL_SERVICE_NAME: 'mine',
        OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=w-1,note=a%2Cb',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '.25',
      }),
    ).toMatchObject({
      OTEL_EXPORTER_OTLP_HEADERS: { authorization: 'Bearer a=b', 'x-team': 'growth' },
      OTEL_RESOURCE_ATTRIBUTES: { 'k8s.pod.name': 'w-1', note: 'a,b' },
      OTEL_TRACES_SAMPLER_ARG: 0.25,
    });
  });

  it('are refused all at once, and no header is quoted', () => {
    const told = problems({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'canary',
      OTEL_RESOURCE_ATTRIBUTES: 'a=%zz',
      OTEL_TRACES_SAMPLER: 'some',
      OTEL_TRACES_SAMPLER_ARG: '2',
    });
    expect(told.map((problem) => problem.split(':')[0])).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
    ]);
    expect(told.join('\n')).not.toContain('canary');
  });

  it.each(['a=b\r\nc', 'a=%0d%0ab', 'a=ü', '=b', 'a b=c'])('header %j is none', (headers) => {
    expect(problems({ OTEL_EXPORTER_OTLP_HEADERS: headers })).toHaveLength(1);
  });

  it('whatever else of OpenTelemetry is set keeps no process from starting', () => {
    expect(problems({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_LOGS_EXPORTER: 'none' })).toEqual(
      [],
    );
  });
});
