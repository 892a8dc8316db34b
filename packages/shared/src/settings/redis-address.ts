/** Where Baton's Redis is. */
export type RedisAddress = SingleRedis | SentinelRedis | ClusterRedis;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What the servers that hold data ask of who connects. */
export interface RedisLogin {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

/** One server, or whatever lies behind its name. */
export interface SingleRedis {
  readonly kind: 'single';
  readonly url: string;
}

/** The primary that Sentinels name. */
export interface SentinelRedis {
  readonly kind: 'sentinel';
  readonly sentinels: readonly HostPort[];
  /** What they call it. */
  readonly master: string;
  readonly sentinelPassword: string | undefined;
  /** Of the primary and its replicas. */
  readonly login: RedisLogin;
  readonly db: number;
}

/** The primary of a Redis Cluster that holds the keys of one Baton. */
export interface ClusterRedis {
  readonly kind: 'cluster';
  /** Nodes to ask first; the others are found. */
  readonly nodes: readonly HostPort[];
  readonly login: RedisLogin;
  /** `BATON_PREFIX` */
  readonly prefix: string;
}
