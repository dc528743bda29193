// Without this file the page only lacks its print button.
(function () {
  'use strict';
  const button = document.querySelector('.print');
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', function () { window.print(); });
})();
