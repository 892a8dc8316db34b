import type { DeliverySeen } from './evidence.ts';

interface WebhookBody {
  readonly data?: { readonly id?: unknown; readonly status?: unknown };
}

function dataOf({ body }: DeliverySeen): NonNullable<WebhookBody['data']> {
  return (body as WebhookBody | null)?.data ?? {};
}

/** '' when the delivery names none. */
export function goalIdOf(delivery: DeliverySeen): string {
  const { id } = dataOf(delivery);
  return typeof id === 'string' ? id : '';
}

/** '' when the delivery names none. */
export function statusOf(delivery: DeliverySeen): string {
  const { status } = dataOf(delivery);
  return typeof status === 'string' ? status : '';
}
