// The real service in a folder of its own, and a wire to it that counts bytes and can be cut.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PATIENCE = 60_000; // ms a service may take to start on a slow machine
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PRAG_')));

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Service {
  /** A running service with an empty ledger. */
  static async start() {
    const service = new Service();
    process.on('exit', () => service.process?.kill('SIGKILL')); // also when a test run is broken off
    service.folder = mkdtempSync(path.join(tmpdir(), 'prag-browser-'));
    service.port = await freePort();
    service.address = `http://127.0.0.1:${service.port}`;
    await service.start().catch(async (error) => {
      await service.end();
      throw error;
    });
    return service;
  }

  /** Starts on the ledger that is there; resolves when it can serve. */
  async start() {
    const ledger = path.join(this.folder, 'var', 'prag.db');
    this.process = spawn(process.env.BROWSER_PYTHON, ['-m', 'bot', 'run', '--port', String(this.port)], {
      cwd: this.folder,
      env: { ...ENVIRONMENT, PRAG_DATABASE_URL: `sqlite:///${ledger}` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    this.process.stderr.on('data', (data) => (said += data));
    const until = Date.now() + PATIENCE;
    while (!(await this.serves())) {
      if (this.process.exitCode !== null || Date.now() > until) throw new Error(`the service did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async serves() {
    return fetch(`${this.address}/healthz`).then((answer) => answer.ok, () => false);
  }

  /** Killed as by a power cut. */
  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  async end() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A TCP relay in front of a service: `bytes` to the browser, `deaf` swallows them, `cut` ends every connection. */
export class Wire {
  static async to(service) {
    const wire = new Wire();
    wire.bytes = 0;
    wire.deaf = false;
    wire.open = new Set();
    wire.server = net.createServer((near) => wire.relay(near, net.connect(service.port, '127.0.0.1')));
    wire.server.listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    wire.address = `http://127.0.0.1:${wire.server.address().port}`;
    return wire;
  }

  relay(near, far) {
    this.open.add(near);
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => {
      this.bytes += data.length;
      if (!this.deaf) near.write(data);
    });
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.open.delete(near);
        other.destroy();
      });
    }
  }

  cut() {
    for (const near of this.open) near.destroy();
  }

  end() {
    this.server.close();
    this.cut();
  }
}
