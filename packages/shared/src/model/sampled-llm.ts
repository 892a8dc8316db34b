import type { CallSamples, Sample } from './call-samples.ts';
import type { Llm, TokenUsage } from './llm.ts';
import { moneyOfResponse, type PriceTable } from './prices.ts';

/** A call that used so much and took so long. */
export function sampleOf(
  ms: number,
  { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: TokenUsage,
  costUsd: number | null,
): Sample {
  return { ms, inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens, outputTokens, costUsd };
}

/** Notes each answered call, from when its request goes out, and tells who asks when a request is under way. */
export function withSamples(llm: Llm, samples: CallSamples, kind: string, prices: PriceTable): Llm {
  return {
    async call(request, options) {
      const sentAt = performance.now();
      options.onSending?.(true);
      try {
        const response = await llm.call(request, options);
        const { costUsd } = moneyOfResponse(request, response, prices);
        samples.note(
          'calls',
          kind,
          request.model,
          sampleOf(performance.now() - sentAt, response.usage, costUsd),
        );
        return response;
      } finally {
        options.onSending?.(false);
      }
    },
  };
}
