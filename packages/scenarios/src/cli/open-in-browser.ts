import { spawn } from 'node:child_process';

/** Opens a page or file for the person at the machine. Where there is nothing to open it with, nothing happens. */
export function openInBrowser(address: string): void {
  const opener = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
