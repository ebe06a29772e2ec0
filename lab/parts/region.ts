import type { AddressBook } from './address-book.ts';
import type { HealthCheck } from './application/settings.ts';
import { startApplication } from './applications.ts';
import type { Application } from './applications.ts';
import type { DrillCertificates } from './certificates.ts';
import { openLink } from './link.ts';
import type { Link } from './link.ts';
import { startLoadBalancer } from './load-balancer.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { DATABASE_USER } from './postgres-cluster.ts';
import { createPostgres } from './postgres.ts';
import type { Postgres } from './postgres.ts';
import type { PostgresTools } from './postgres-tools.ts';
import type { Sandbox } from './sandbox.ts';

/** What a dead Region looks like from outside: refused connections, or silence. */
type Death = 'refused' | 'blackhole';

/** One Region of the drill: a database behind a gate, applications behind a load balancer. */
export interface Region {
  readonly name: string;
  /** The public address, to be used with port 443. */
  readonly address: string;
  /** The one that the applications use. */
  readonly database: Postgres;
  /** The way from the applications to the database; cut it and they are fenced. */
  readonly gate: Link;
  /** The way from the outside to the load balancer. */
  readonly frontDoor: Link;
  readonly loadBalancer: LoadBalancer;
  applications(): readonly Application[];
  /** Starts or kills applications until there are that many; resolves when they listen. */
  scaleTo(count: number): Promise<void>;
  /** Cuts the applications off their database: connections that exist, and new ones. */
  fence(): void;
  unfence(): void;
  isFenced(): boolean;
  /** Everything in the Region dies at once. */
  kill(death?: Death): Promise<void>;
  /** The Region is back, with the data its database had. Applications are started as asked. */
  restart(options?: { readonly applications?: number; readonly fenced?: boolean }): Promise<void>;
  /** Another database takes the place of this one, which goes on where nobody is led to. */
  replaceDatabase(folder: string): void;
  close(): Promise<void>;
}

/** What a Region needs. */
export interface RegionOptions {
  readonly name: string;
  readonly address: string;
  readonly sandbox: Sandbox;
  readonly book: AddressBook;
  readonly tools: PostgresTools;
  readonly certificates: DrillCertificates;
  readonly password: string;
  readonly dataFolder: string;
  /** How often applications write the heartbeat row; 0 for never. */
  readonly heartbeatMilliseconds: number;
  /** Health checks of the plan besides `GET /health`. */
  readonly checks: readonly HealthCheck[];
  readonly onDatabasePort?: (port: number | undefined) => void;
}

/** Builds a Region; its database is not started, and it has no applications yet. */
export async function createRegion(options: RegionOptions): Promise<Region> {
  const [gate, loadBalancer] = await Promise.all([
    openLink(),
    startLoadBalancer({ certificates: options.certificates }),
  ]);
  const frontDoor = await openLink(loadBalancer.port);
  const region = new LabRegion(options, gate, loadBalancer, frontDoor);
  region.open();
  return region;
}

class LabRegion implements Region {
  readonly name: string;
  readonly address: string;
  database: Postgres;
  readonly gate: Link;
  readonly frontDoor: Link;
  readonly loadBalancer: LoadBalancer;
  readonly #options: RegionOptions;
  readonly #replaced: Postgres[] = [];
  #applications: Application[] = [];
  #started = 0;
  #generation = 0;

  constructor(options: RegionOptions, gate: Link, loadBalancer: LoadBalancer, frontDoor: Link) {
    this.name = options.name;
    this.address = options.address;
    this.#options = options;
    this.gate = gate;
    this.loadBalancer = loadBalancer;
    this.frontDoor = frontDoor;
    this.database = this.#createDatabase(options.dataFolder);
  }

  replaceDatabase(folder: string): void {
    this.#replaced.push(this.database);
    this.database = this.#createDatabase(folder);
    this.gate.retarget(undefined);
  }

  #createDatabase(folder: string): Postgres {
    const { sandbox, tools, password, onDatabasePort } = this.#options;
    const database = createPostgres({
      ...{ sandbox, tools, folder, password },
      onPort: (port) => {
        if (database !== this.database) return;
        this.gate.retarget(port);
        onDatabasePort?.(port);
      },
    });
    return database;
  }

  open(): void {
    this.frontDoor.heal();
    this.#options.book.set({ host: this.address, port: 443 }, this.frontDoor.port);
  }

  applications(): readonly Application[] {
    return this.#applications;
  }

  async scaleTo(count: number): Promise<void> {
    for (const application of this.#applications.splice(count)) {
      this.loadBalancer.deregister(application.id);
      application.kill();
    }
    const missing = count - this.#applications.length;
    await Promise.all(Array.from({ length: missing }, () => this.#startApplication()));
  }

  fence(): void {
    this.gate.cut();
  }

  unfence(): void {
    this.gate.heal();
  }

  isFenced(): boolean {
    return this.gate.state === 'cut';
  }

  async kill(death: Death = 'refused'): Promise<void> {
    this.#generation += 1;
    if (death === 'refused') this.frontDoor.cut();
    else this.frontDoor.hang();
    this.#options.book.set({ host: this.address, port: 443 }, death);
    const databaseIsDead = this.database.kill();
    await this.scaleTo(0);
    await databaseIsDead;
  }

  async restart(options: { applications?: number; fenced?: boolean } = {}): Promise<void> {
    if (options.fenced === true) this.fence();
    await this.database.restart();
    this.open();
    await this.scaleTo(options.applications ?? 0);
  }

  async close(): Promise<void> {
    // An application that is still starting must not outlive its Region.
    this.#generation += 1;
    await Promise.all([this.database, ...this.#replaced].map((each) => each.kill()));
    await this.scaleTo(0);
    await Promise.all([this.gate.close(), this.frontDoor.close(), this.loadBalancer.close()]);
  }

  /** An application that comes up after its Region has died dies too. */
  async #startApplication(): Promise<void> {
    const generation = this.#generation;
    this.#started += 1;
    const id = `${this.name}-${this.#started}`;
    const application = await startApplication(this.#options.sandbox, id, {
      region: this.name,
      databasePort: this.gate.port,
      user: DATABASE_USER,
      password: this.#options.password,
      heartbeatMilliseconds: this.#options.heartbeatMilliseconds,
      checks: this.#options.checks,
    });
    if (generation !== this.#generation) {
      application.kill();
      return;
    }
    this.#applications.push(application);
    this.loadBalancer.register(application);
  }
}
