import { BatonError, ConnectionError } from '@baton/client';

/**
 * What our own users are told when a request fails. Nothing of Baton's is passed on as it is: keys, addresses and field names
 * are no business of theirs.
 * @param {unknown} error
 * @param {import('express').Request} _request
 * @param {import('express').Response} response
 * @param {import('express').NextFunction} next
 */
export function answerFailure(error, _request, response, next) {
  if (response.headersSent) next(error);
  else if (error instanceof BatonError && error.status === 404) {
    response.status(404).json({ error: 'There is no such report.' });
  } else if (error instanceof BatonError && error.type === 'urn:baton:problem:idempotency_mismatch') {
    response.status(409).json({ error: 'This order has a report on another topic.' });
  } else if (mayPass(error)) {
    console.error(`Baton can't be used now: ${error.message}`);
    const advice = 'Send it again: an order gets one report, however often it is sent.';
    response.status(503).set('retry-after', '5').json({ error: advice });
  } else if (isTheirs(error)) response.status(error.status).json({ error: error.message });
  else {
    console.error(error);
    response.status(500).json({ error: 'It failed here.' });
  }
}

/** @param {unknown} error @returns {error is Error & { status: number }} what Express's own parsers say of a request */
function isTheirs(error) {
  return error instanceof Error && 'expose' in error && error.expose === true && 'status' in error;
}

/** @param {unknown} error @returns {error is Error} whether the client has tried for as long as it may, and later may help */
function mayPass(error) {
  if (error instanceof BatonError) return error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError || (error instanceof DOMException && error.name === 'TimeoutError');
}
