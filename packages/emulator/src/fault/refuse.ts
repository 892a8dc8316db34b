import { ApiError } from '../api/api-error.ts';
import type { ContentFault, Fault, RefusingFault, TransportFault } from './fault.ts';

export function isRefusing(fault: Fault): fault is RefusingFault {
  return ['429', '529', '500', 'spend-429', 'error'].includes(fault.kind);
}

export function isTransport(fault: Fault): fault is TransportFault {
  return ['hang', 'stall', 'drip', 'cut', 'fin', 'malformed', 'sse-error'].includes(fault.kind);
}

export function isContent(fault: Fault): fault is ContentFault {
  return !isRefusing(fault) && !isTransport(fault);
}

/** The error that a refusing fault answers with. */
export function refusal(fault: RefusingFault): ApiError {
  if (fault.kind === 'error') {
    return new ApiError(fault.status, fault.type, fault.message ?? `Injected fault: ${fault.type}`);
  }
  if (fault.kind === '429') {
    const fields = fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter };
    return new ApiError(
      429,
      'rate_limit_error',
      'This would exceed your rate limit (injected fault)',
      fields,
    );
  }
  if (fault.kind === 'spend-429') {
    const message = 'Your organization has crossed its monthly usage threshold (injected fault)';
    return new ApiError(429, 'rate_limit_error', message, {
      details: { error_code: 'enforced_spend_limit_reached' },
    });
  }
  return fault.kind === '529'
    ? new ApiError(529, 'overloaded_error', 'Overloaded')
    : new ApiError(500, 'api_error', 'Internal server error');
}
