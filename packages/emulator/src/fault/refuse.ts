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
  switch (fault.kind) {
    case '429': {
      const message = 'This request would exceed your rate limit (injected fault)';
      const retryAfter = fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter };
      return new ApiError(429, 'rate_limit_error', message, retryAfter);
    }
    case '529':
      return new ApiError(529, 'overloaded_error', 'Overloaded');
    case '500':
      return new ApiError(500, 'api_error', 'Internal server error');
    case 'spend-429':
      return new ApiError(
        429,
        'rate_limit_error',
        'Your organization has crossed the monthly API usage threshold of its API tier (injected fault)',
        { details: { error_code: 'enforced_spend_limit_reached' } },
      );
    default:
      return new ApiError(fault.status, fault.type, fault.message ?? `Injected fault: ${fault.type}`);
  }
}
