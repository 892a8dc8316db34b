export type { Baton, NewGoal, Refusal } from './port.ts';
export { isNameless } from './http/front-door.ts';
export { serveHttp, type HttpServing } from './http/serve-http.ts';
export { serveStdio, type StdioServing } from './stdio.ts';
