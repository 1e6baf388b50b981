// Starts whatever the page has: the live stream everywhere, the rest where there is a conversation.
import { listen } from './live.js';
import { compose } from './compose.js';
import { menus } from './menu.js';
import { mind } from './mind.js';

document.documentElement.classList.add('js');

if (document.body.dataset.live) {
  if (document.body.dataset.path) {
    const write = compose();
    mind();
    menus(write);
  }
  listen();
}
