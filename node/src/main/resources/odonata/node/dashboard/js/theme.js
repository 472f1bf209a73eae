// Sets the theme before the first paint: a classic script in the head, so nothing flashes.
(function () {
  'use strict';
  var saved = null;
  try {
    saved = new URLSearchParams(location.search).get('theme') || localStorage.getItem('odonata.theme');
  } catch (e) {
    saved = null;
  }
  var light = saved === 'light' || (saved !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
})();
