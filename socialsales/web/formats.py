"""temporary"""
def register(app):
    app.jinja_env.filters["moment"] = lambda v: v.isoformat()
    app.jinja_env.filters["day_and_weekday"] = lambda v: v.isoformat()
