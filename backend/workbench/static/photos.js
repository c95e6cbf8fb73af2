// Photos in a large window: bigger, smaller, turned. Turning changes the view only, never the photo.
(function () {
  'use strict';
  var viewer = document.getElementById('viewer');
  var links = Array.prototype.slice.call(document.querySelectorAll('a[data-photo]'));
  if (!viewer || !viewer.showModal || !links.length) { return; }
  var photo = document.getElementById('viewer-photo');
  var title = document.getElementById('viewer-title');
  var at = 0, turn = 0, size = 0;

  function look() {
    photo.className = 'size-' + size + (turn ? ' turn-' + turn : '');
  }
  function show(n) {
    at = (n + links.length) % links.length;
    turn = 0; size = 0;
    var link = links[at];
    photo.src = link.href;
    photo.alt = link.dataset.photo;
    title.textContent = link.dataset.photo + '　第 ' + (at + 1) + ' 张，共 ' + links.length + ' 张';
    look();
  }
  var deeds = {
    smaller: function () { size = Math.max(0, size - 1); look(); },
    bigger: function () { size = Math.min(3, size + 1); look(); },
    turn: function () { turn = (turn + 90) % 360; look(); },
    before: function () { show(at - 1); },
    after: function () { show(at + 1); },
    close: function () { viewer.close(); }
  };
  var keys = { '+': 'bigger', '=': 'bigger', '-': 'smaller', r: 'turn', ArrowLeft: 'before', ArrowRight: 'after' };

  links.forEach(function (link, n) {
    link.addEventListener('click', function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      event.preventDefault();
      show(n);
      viewer.showModal();
    });
  });
  viewer.addEventListener('click', function (event) {
    var button = event.target.closest('[data-do]');
    if (button) { deeds[button.dataset.do](); }
  });
  viewer.addEventListener('keydown', function (event) {
    var deed = keys[event.key];
    if (deed && !event.ctrlKey && !event.metaKey) { event.preventDefault(); deeds[deed](); }
  });
  viewer.addEventListener('close', function () { links[at].focus(); });
}());
