/* Keeps the empty page (never messages, articles or any other answer of the server) so that the chat opens
   without a connection. Raise VERSION when the files below change names; their contents refresh by themselves. */
'use strict';
const VERSION = 'prag-shell-1';
const SHELL = ['/', '/static/chat.css', '/static/chat.js', '/static/icon.svg', '/manifest.webmanifest'];

self.addEventListener('install', event => {
  event.waitUntil(caches.open(VERSION)
    .then(cache => cache.addAll(SHELL))
    .then(() => self.skipWaiting()));
});

self.addEventListener('activate', event => {
  event.waitUntil(caches.keys()
    .then(names => Promise.all(names
      .filter(name => name.indexOf('prag-shell-') === 0 && name !== VERSION)
      .map(name => caches.delete(name))))
    .then(() => self.clients.claim()));
});

function fetchAndKeep(request, key) {
  return fetch(request).then(response => {
    if (!response.ok || response.type !== 'basic' || response.redirected) return response;
    const copy = response.clone();
    return caches.open(VERSION).then(cache => cache.put(key, copy)).then(() => response, () => response);
  });
}

self.addEventListener('fetch', event => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;

  if (request.mode === 'navigate') {
    if (url.pathname !== '/') return;
    event.respondWith(fetchAndKeep(request, '/').catch(() => caches.match('/')));
    return;
  }

  if (url.pathname.indexOf('/static/') !== 0 && url.pathname !== '/manifest.webmanifest') return;
  event.respondWith(caches.open(VERSION).then(cache => cache.match(request)).then(kept => {
    const fresh = fetchAndKeep(request, request);
    if (!kept) return fresh;
    event.waitUntil(fresh.catch(() => undefined));
    return kept;
  }));
});
