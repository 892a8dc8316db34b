/** A module of its own, to be loaded where lines go to a terminal. */
export { PinoPretty } from 'pino-pretty';
