// Makes pages quicker under the fingers; each of them works without it.
(function () {
  'use strict';
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  // A form that was refused: the first wrong field gets the focus, its drawer is opened.
  var fault = document.querySelector('[aria-invalid=true]') || document.querySelector('[data-focus]');
  if (fault) {
    for (var up = fault.closest('details'); up; up = up.parentElement && up.parentElement.closest('details')) { up.open = true; }
    fault.focus();
    fault.scrollIntoView({ block: 'center' });
  }

  // A second click on a button that has sent its form sends nothing.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === 'post') { form.dataset.sent = 'yes'; }
  });
  window.addEventListener('pageshow', function () { all('form').forEach(function (form) { delete form.dataset.sent; }); });

  // Keys: whatever carries data-key="x" is clicked by x; j and k walk along the rows of a list.
  var at = -1;
  function walk(step) {
    var rows = all('tr[data-row]');
    if (!rows.length) { return; }
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows.forEach(function (row, n) { row.classList.toggle('marked', n === at); });
    var link = rows[at].querySelector('a');
    if (link) { link.focus(); }
  }
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) { return; }
    // a window that has just closed may keep the focus for a moment
    if (event.target.closest('input, textarea, select, dialog[open]')) { return; }
    var row = document.querySelector('tr[data-row]');
    if (row && (event.key === 'j' || event.key === 'k')) { walk(event.key === 'j' ? 1 : -1); return; }
    var found = all('[data-key]').filter(function (one) { return one.dataset.key === event.key; })[0];
    if (!found) { return; }
    event.preventDefault();
    if (found.tagName === 'DETAILS') { found.open = true; var first = found.querySelector('input:not([type=hidden]), select, textarea, button'); if (first) { first.focus(); } return; }
    if (found.matches('input, textarea')) { found.focus(); return; }
    found.click();
  });

  // A ready sentence is put into its field, where it can be changed.
  document.addEventListener('change', function (event) {
    var pick = event.target;
    if (!pick.dataset || !pick.dataset.fills || !pick.value) { return; }
    var field = document.getElementById(pick.dataset.fills);
    if (field) { field.value = field.value && !pick.dataset.instead ? field.value + '\n' + pick.value : pick.value; }
  });
  all('[data-print]').forEach(function (button) { button.hidden = false; button.addEventListener('click', function () { window.print(); }); });
  document.addEventListener('change', function (event) {
    var form = event.target.closest('form[data-auto]');
    if (form) { form.requestSubmit(); }
  });

  // A part that was changed in place: what came is said, and a focus that went with the old part
  // begins at its head. A part that did not come is asked for as a whole page, which says why.
  document.addEventListener('htmx:afterSettle', function (event) {
    var part = document.getElementById(event.detail.target.id) || event.detail.target;
    at = -1;
    var told = document.getElementById('told');
    if (told && part.dataset.told) { told.textContent = part.dataset.told; }
    var head = part.querySelector('[data-rows]');
    if (head && (!document.activeElement || document.activeElement === document.body)) { head.focus(); }
  });
  ['htmx:responseError', 'htmx:sendError'].forEach(function (name) {
    document.addEventListener(name, function (event) { window.location.assign(event.detail.pathInfo.finalRequestPath); });
  });
}());
