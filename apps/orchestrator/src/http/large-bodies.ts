import type { RequestHandler } from 'express';
import { BODY_TOO_LARGE, ProblemError } from './problem.ts';

/** Bytes. */
export const MAX_BODY = 1_048_576;

/** By what the request says of its length: the body's reader would answer only once all of it has come. */
export const refuseLargeBodies: RequestHandler = (request, _response, next) => {
  if (Number(request.get('content-length')) > MAX_BODY) throw new ProblemError('too_large', BODY_TOO_LARGE);
  next();
};
