// Photos in a large window: bigger, smaller, turned. Turning changes the view only, never the photo.
(function () {
  'use strict';
  var viewer = document.getElementById('viewer');
  var links = Array.prototype.slice.call(document.querySelectorAll('a[data-photo]'));
  if (!viewer || !viewer.showModal || !links.length) { return; }
  var photo = document.getElementById('viewer-photo');
  var title = document.getElementById('viewer-title');
  var at = 0, turn = 0, size = 0;

  var frame = photo.parentElement, stage = frame.parentElement;
  var SIZES = [1, 1.6, 2.4, 3.6];

  // The frame is as large as the photo looks, turned or not, so that every corner can be scrolled to.
  function look() {
    var lies = turn % 180 !== 0;
    var wide = photo.naturalWidth || 1, high = photo.naturalHeight || 1;
    var fit = Math.min(stage.clientWidth / (lies ? high : wide), stage.clientHeight / (lies ? wide : high));
    wide = Math.floor(wide * fit * SIZES[size]);
    high = Math.floor(high * fit * SIZES[size]);
    photo.style.width = wide + 'px';
    photo.style.height = high + 'px';
    photo.style.transform = 'translate(-50%, -50%) rotate(' + turn + 'deg)';
    frame.style.width = (lies ? high : wide) + 'px';
    frame.style.height = (lies ? wide : high) + 'px';
    photo.dataset.size = size;
    photo.dataset.turn = turn;
  }
  photo.addEventListener('load', look);
  window.addEventListener('resize', function () { if (viewer.open) { look(); } });
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
  // Told a moment after it closed: whoever has pressed the next key by then is somewhere else.
  viewer.addEventListener('close', function () {
    var focus = document.activeElement;
    if (!focus || focus === document.body || links.indexOf(focus) >= 0) { links[at].focus(); }
  });
}());
