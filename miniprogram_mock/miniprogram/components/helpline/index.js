// Who helps a person that does not get on, at the end of every page of an application.

Component({
  methods: {
    ask() {
      wx.navigateTo({ url: "/pages/helpme/index" });
    },
  },
});
