// As app/api/goals/[id]/events/route.js of a Next.js application, or in any other server that speaks Request and Response.

export const dynamic = 'force-dynamic';

/**
 * A goal's events for a browser. The key stays on this server, whoever looks at the page.
 * @param {Request} request
 * @param {{ params: Promise<{ id: string }> | { id: string } }} context
 * @returns {Promise<Response>}
 */
export async function GET(request, { params }) {
  const { id } = await params;
  if (!(await mayWatch(request, id))) return new Response('There is no such goal.', { status: 404 });

  const upstream = await openStream(request, id);
  if (upstream?.status === 200) return eventStream(upstream.body);
  await upstream?.body?.cancel();
  if (!upstream || upstream.status === 429 || upstream.status >= 500) return comeBackLater();
  // The goal has ended and the browser knows all of it: an EventSource that is told 204 stays closed.
  if (upstream.status === 204) return new Response(null, { status: 204 });
  if (upstream.status === 404) return new Response('There is no such goal.', { status: 404 });
  console.error(`Baton answered ${upstream.status} for the events of ${id}.`);
  return new Response('The events can not be read.', { status: 502 });
}

/** Yours: does the one who is logged in own this goal? @param {Request} _request @param {string} _goalId */
async function mayWatch(_request, _goalId) {
  return true;
}

/** @param {Request} request @param {string} id @returns {Promise<Response | null>} null: Baton can't be reached */
async function openStream(request, id) {
  const { BATON_URL = 'http://127.0.0.1:3000', BATON_API_KEY } = process.env;
  const headers = new Headers({ accept: 'text/event-stream' });
  if (BATON_API_KEY) headers.set('authorization', `Bearer ${BATON_API_KEY}`);
  const lastEventId = request.headers.get('last-event-id');
  if (lastEventId) headers.set('last-event-id', lastEventId);
  try {
    // The signal ends the stream from Baton when the browser goes, at whatever point.
    return await fetch(`${BATON_URL}/v1/goals/${encodeURIComponent(id)}/events`, {
      headers,
      signal: request.signal,
    });
  } catch (error) {
    if (!request.signal.aborted) console.error('Baton can not be reached:', error);
    return null;
  }
}

/** An EventSource gives up at any other status; after a stream that ends it comes back, with its last event's id. */
function comeBackLater() {
  return eventStream('retry: 3000\n\n');
}

/** @param {ReadableStream | string | null} body */
function eventStream(body) {
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
