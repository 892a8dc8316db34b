/** What has just been done. */
export type ControlStep =
  | 'settle.taken'
  | 'settle.read'
  | 'settle.released'
  | 'link.taken'
  | 'link.read'
  | 'link.parked';
