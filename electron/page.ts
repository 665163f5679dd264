/** The page of the desktop: served from the app's own scheme, and the fences around it. */
import { app, protocol, type Session, session, shell, type WebContents, type WebFrameMain } from 'electron';
import { readPageFile } from '../engine/api/page.ts';

/** The scheme that the page is served under; a standard, secure origin of its own. */
export const scheme = 'app';
/** Origin of the page. */
export const pageOrigin = `${scheme}://costwire`;

/** Declares the scheme; has to happen before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Serves the built renderer under the scheme. @param folder of the built renderer. */
export function servePage(folder: string): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    const foreign = url.protocol !== `${scheme}:` || url.host !== 'costwire' || request.method !== 'GET';
    if (foreign) return new Response('Not found.', { status: 404 });
    const { status, headers, body } = await readPageFile(folder, url.pathname);
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), { status, headers });
  });
}

/** Permissions a page may have: writing the clipboard, which Chromium grants only to a user's own action. */
const granted = new Set(['clipboard-sanitized-write']);

/** Denies every permission but the clipboard's write, for all windows of the session. */
export function denyPermissions(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((contents, permission, answer) =>
    answer(granted.has(permission) && isOwnPage(contents.getURL())),
  );
  target.setPermissionCheckHandler((_contents, permission, origin) => granted.has(permission) && isOwnPage(origin));
  target.setDevicePermissionHandler(() => false);
}

/** Keeps every page where it is: no navigation, no new windows, no web views. Links to documents open in the browser. */
export function fenceContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    const stay = (event: { preventDefault(): void }, url: string) => {
      if (!isOwnPage(url)) event.preventDefault();
    };
    contents.on('will-navigate', (event) => stay(event, event.url));
    contents.on('will-redirect', (event) => stay(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isDocumentLink(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

/** An address that may be handed to the browser: https, or this machine's own practice systems. */
export function isDocumentLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol: kind, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return kind === 'https:' || (kind === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost'));
}

/** Whether an address is of the app's own page. */
export const isOwnPage = (url: string): boolean => url === pageOrigin || url.startsWith(`${pageOrigin}/`);

/** Whether a message comes from the top frame of the app's own page. */
export const isTrustedFrame = (frame: WebFrameMain | null): boolean =>
  frame !== null && frame.parent === null && isOwnPage(frame.url);
